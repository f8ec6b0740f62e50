/** One request or answer that was held against a provider's description. */
export interface ContractCheck {
  readonly provider: string
  readonly direction: 'request' | 'response'
  readonly method: string
  readonly path: string
  /** Where it breaks the description; empty when it does not. */
  readonly problems: readonly string[]
}

/** Hears of a check. */
export type CheckListener = (check: ContractCheck) => void

const listeners = new Set<CheckListener>()

/** Hears of every check in this process, whichever twin makes it, until it is disposed: for whoever counts them. */
export function hearChecks(listener: CheckListener): Disposable {
  listeners.add(listener)
  return { [Symbol.dispose]: () => void listeners.delete(listener) }
}

/** Tells whoever hears of checks. */
export function tellCheck(check: ContractCheck): void {
  for (const listener of listeners) listener(check)
}
