/** Whose a name is. */
export type NameState = { readonly status: 'free' } | { readonly status: 'held'; readonly owner: string };

export const freeName: NameState = { status: 'free' };
