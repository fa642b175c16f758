/** Why a command on an application is refused, by the ids that clients match on. */
export type ApplicationRefusal = 'V3-DKcYh' | 'COMMAND-EbFMN' | 'PROJECT-Bff2g';
