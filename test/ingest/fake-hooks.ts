/** A subscription at the invented provider. */
export interface FakeHook {
  readonly id: string
  readonly url: string
  secret: string
}

/** What of webhooks the invented provider keeps. */
export interface FakeHooks {
  readonly all: FakeHook[]
  /** Whether it makes the secrets itself, whatever it is given. */
  choosesSecret: boolean
  /** How many it ever made, and how many secrets. */
  made: number
}

/** Answers what is asked of `/hooks`; null for what is not there. */
export function serveHooks(
  hooks: FakeHooks,
  { method, path, body }: { readonly method: string; readonly path: string; readonly body: string },
): unknown {
  const [, , id = ''] = path.split('/')
  const hook = hooks.all.find((each) => each.id === id)
  const given = (): Partial<FakeHook> => (body === '' ? {} : (JSON.parse(body) as Partial<FakeHook>))
  const secretOf = ({ secret = '' }: Partial<FakeHook>): string =>
    hooks.choosesSecret ? `theirs-${(hooks.made += 1)}` : secret
  if (method === 'GET' && id === '') return { hooks: hooks.all.map(({ id: each, url }) => ({ id: each, url })) }
  if (method === 'POST' && id === '') {
    const asked = given()
    const made = { id: `hook-${(hooks.made += 1)}`, url: asked.url ?? '', secret: secretOf(asked) }
    hooks.all.push(made)
    return made
  }
  if (hook === undefined) return null
  if (method === 'PUT') {
    hook.secret = secretOf(given())
    return hook
  }
  if (method === 'DELETE') {
    hooks.all.splice(hooks.all.indexOf(hook), 1)
    return {}
  }
  return null
}
