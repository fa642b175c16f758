/** What a project has come to be. */
export type ProjectState = { readonly status: 'absent' } | { readonly status: 'active'; readonly name: string };

export const noProject: ProjectState = { status: 'absent' };
