import { RejectedError } from './errors.ts'

/** Who refuses, and what it is that is written there. */
export interface Refusing {
  readonly provider: string
  /** In the middle of a sentence: `tickets of Intercom`. */
  readonly what: string
}

/**
 * Refuses the words of a draft or patch that the provider does not have: nothing is dropped in silence. A word that is
 * undefined was not given.
 *
 * @throws RejectedError of the first such word
 */
export function refuseOthers<Words extends object>(
  { provider, what }: Refusing,
  given: Words,
  taken: readonly (keyof Words & string)[],
): void {
  const known: readonly string[] = taken
  const other = Object.entries(given).find(([word, value]) => value !== undefined && !known.includes(word))
  if (other === undefined) return
  const [word] = other
  throw new RejectedError(provider, `no "${word}" to write`, word, `There is no "${word}" to set of ${what}.`)
}
