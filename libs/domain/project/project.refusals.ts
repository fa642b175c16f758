/** Why a command on a project is refused, by the ids that clients match on. */
export type ProjectRefusal = 'PROJECT-IOVCC' | 'COMMAND-opamwu';
