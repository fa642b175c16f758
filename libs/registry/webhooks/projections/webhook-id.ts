/** The id of the webhook that an event is about. */
export function webhookId({ data }: { readonly data: { readonly webhookId: string } }): string {
  return data.webhookId;
}
