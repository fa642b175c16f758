/** The path of the introspection endpoint, as ZITADEL has it. */
export const INTROSPECTION_PATH = '/oauth/v2/introspect';
