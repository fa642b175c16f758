/** The path of the token endpoint of the development issuer. */
export const TOKEN_PATH = '/oauth/v2/token';
