/** Why a command on a project is refused, by the ids that clients match on. */
export type ProjectRefusal =
  | 'PROJECT-IOVCC'
  | 'COMMAND-opamwu'
  | 'COMMAND-3M9sd'
  | 'COMMAND-2M0fs'
  | 'COMMAND-mki55'
  | 'COMMAND-5M9bs';
