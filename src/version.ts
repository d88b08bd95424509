/** The version of this package; a test keeps it equal to package.json. */
export const hostwardVersion = '0.1.0';
