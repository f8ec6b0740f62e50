import { z } from 'zod'

/** One gateway, asked as a front end would. */
export interface Graph {
  readonly url: string
  readonly token: string
}

const answer = z.object({
  data: z.record(z.string(), z.unknown()).nullish(),
  errors: z
    .array(z.object({ message: z.string(), extensions: z.object({ code: z.string().optional() }).optional() }))
    .optional(),
})

/** The graph answered with errors, or not at all. */
export class CallError extends Error {
  readonly codes: readonly string[]

  constructor(message: string, codes: readonly string[]) {
    super(message)
    this.name = 'CallError'
    this.codes = codes
  }
}

/** Sends an operation and answers its data, read by `shape`. @throws CallError */
export async function ask<Data>(
  { url, token }: Graph,
  shape: z.ZodType<Data>,
  operation: { readonly query: string; readonly variables?: Readonly<Record<string, unknown>> },
): Promise<Data> {
  let text: string
  try {
    const response = await fetch(`${url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
      body: JSON.stringify(operation),
      signal: AbortSignal.timeout(40_000),
    })
    text = await response.text()
  } catch (cause) {
    throw new CallError(`no answer: ${String(cause)}`, [])
  }
  const read = answer.safeParse(asJson(text))
  if (!read.success) throw new CallError(`no answer of a graph: ${text.slice(0, 200)}`, [])
  const { data, errors = [] } = read.data
  if (errors.length > 0 || data == null) {
    const codes = errors.map(({ extensions }) => extensions?.code ?? 'NONE')
    throw new CallError(`the graph answered ${JSON.stringify(errors)}`, codes)
  }
  return shape.parse(data)
}

function asJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}
