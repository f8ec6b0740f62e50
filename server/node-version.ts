/** The oldest Node that everything here runs on. */
const OLDEST = [24, 4] as const

/**
 * Ends the process with a sentence when Node is too old.
 *
 * `npm ci` installs the right Node beside the packages, and npm's scripts run on it; this is for who starts
 * `dist/main.js` by another one.
 */
export function requireNode(version: string): void {
  const [major = 0, minor = 0] = version.split('.').map(Number)
  if (major > OLDEST[0] || (major === OLDEST[0] && minor >= OLDEST[1])) return
  console.error(
    `Switchboard needs Node ${OLDEST.join('.')} or newer, but this is ${version}. ` +
      'Start it with `npm start`, which uses the Node that `npm ci` installed, or install a newer Node.',
  )
  process.exit(1)
}
