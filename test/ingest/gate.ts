/** A door that somebody opens once and others wait for. */
export interface Gate {
  readonly opened: Promise<void>
  open(): void
}

/** Makes a closed one. */
export function makeGate(): Gate {
  let open = (): void => undefined
  const opened = new Promise<void>((resolve) => {
    open = resolve
  })
  return { opened, open: () => open() }
}
