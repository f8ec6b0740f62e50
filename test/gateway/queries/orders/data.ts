/** What was done, in order, and when each deed was over. */
export const deeds: string[] = []

/** Does something that takes a while: other work of this turn and the next goes first. */
export async function perform(name: string): Promise<string> {
  deeds.push(`start ${name}`)
  await new Promise((resolve) => setImmediate(resolve))
  deeds.push(`end ${name}`)
  return name
}
