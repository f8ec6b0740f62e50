/** What a child tells its parent: where it serves, then, as often as it is asked, the CPU time it took so far. */
export type Told = { readonly url: string } | { readonly cpuMs: number }

/** Tells the parent where this child listens, then answers what it used until it is ended. */
export async function runChild(serve: (databaseUrl: string) => Promise<string>): Promise<void> {
  const tell = (told: Told): void => void process.send?.(told)
  process.on('message', () => {
    const { user, system } = process.cpuUsage()
    tell({ cpuMs: (user + system) / 1_000 })
  })
  process.on('disconnect', () => process.exit())
  tell({ url: await serve(process.argv[2] ?? '') })
}
