/** Stands for all projections where the name of one may stand. No projection has this name. */
export const ALL_PROJECTIONS = 'all';
