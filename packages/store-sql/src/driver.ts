/** Loads a driver, or says which one to install. */
export async function loadDriver<T>(name: string, load: () => Promise<T>): Promise<T> {
  try {
    return await load();
  } catch (error) {
    const isMissing = error instanceof Error && 'code' in error && error.code === 'ERR_MODULE_NOT_FOUND';
    throw new TypeError(
      isMissing
        ? `This connection string needs the package ${name}: npm install ${name}`
        : `The package ${name} does not load`,
    );
  }
}

/** The parts of a connection string; the error never repeats it, because it may hold a password. */
export function partsOf(connectionString: string): URL {
  try {
    return new URL(connectionString);
  } catch {
    throw new TypeError(
      'The connection string cannot be read: scheme://user:password@host:port/database, with what is special in a name or password as %XX',
    );
  }
}
