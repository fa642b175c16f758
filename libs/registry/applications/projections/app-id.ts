/** The id of the application that an event is about, for documents of applications. */
export function appId({ data }: { readonly data: { readonly appId: string } }): string {
  return data.appId;
}
