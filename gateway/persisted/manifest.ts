import { readFile } from 'node:fs/promises'
import { Kind, parse } from 'graphql'
import { z } from 'zod'

/** Operations that clients were built with: the text of each, by its id. */
export type Manifest = ReadonlyMap<string, string>

/** A manifest cannot be used; the message says what is wrong with it. */
export class ManifestError extends Error {
  readonly code = 'MANIFEST_INVALID'

  constructor(path: string, problem: string, options?: ErrorOptions) {
    super(`the list of operations in ${path} cannot be used: ${problem}`, options)
    this.name = 'ManifestError'
  }
}

/** What Apollo's `generate-persisted-query-manifest` writes, in version 1 of its format. */
const apolloManifest = z
  .object({
    format: z.literal('apollo-persisted-query-manifest'),
    version: z.literal(1),
    operations: z.array(z.object({ id: z.string().min(1), body: z.string() })),
  })
  .transform(({ operations }) => operations.map(({ id, body }): [string, string] => [id, body]))

/** What Relay's compiler and the client preset of GraphQL Code Generator write: the text of each operation by its id. */
const plainManifest = z.record(z.string().min(1), z.string()).transform((texts) => Object.entries(texts))

/**
 * Reads a file of persisted operations, in either of the two common formats.
 *
 * @throws ManifestError it cannot be read, is not JSON, has neither format, holds no operation, one that is not GraphQL,
 *   or two with one id
 */
export async function readManifest(path: string): Promise<Manifest> {
  let json: string
  try {
    json = await readFile(path, 'utf8')
  } catch (cause) {
    throw new ManifestError(path, `it cannot be read (${String(cause)})`, { cause })
  }
  return parseManifest(json, path)
}

/** Reads the text of such a file; the path is for messages. Throws like {@link readManifest}. */
export function parseManifest(json: string, path: string): Manifest {
  const manifest = new Map<string, string>()
  for (const [id, body] of toEntries(parseJson(json, path), path)) {
    if ((manifest.get(id) ?? body) !== body) throw new ManifestError(path, `two operations have the id "${id}"`)
    checkSyntax(id, body, path)
    manifest.set(id, body)
  }
  if (manifest.size === 0) throw new ManifestError(path, 'expected operations, but it holds none')
  return manifest
}

/** The names that its operations have. */
export function listNames(manifest: Manifest): readonly string[] {
  return [...manifest.values()]
    .flatMap((text) => parse(text, { noLocation: true }).definitions)
    .flatMap((each) => (each.kind === Kind.OPERATION_DEFINITION && each.name ? [each.name.value] : []))
}

function parseJson(json: string, path: string): unknown {
  try {
    return JSON.parse(json)
  } catch (cause) {
    throw new ManifestError(path, 'expected JSON', { cause })
  }
}

function toEntries(value: unknown, path: string): [string, string][] {
  const isApollo = typeof value === 'object' && value !== null && 'format' in value
  const read = (isApollo ? apolloManifest : plainManifest).safeParse(value)
  if (read.success) return read.data
  const [issue] = read.error.issues
  throw new ManifestError(
    path,
    'expected {"format": "apollo-persisted-query-manifest", "version": 1, "operations": [{"id", "body"}]}, or an ' +
      `object with the text of each operation by its id; ${issue?.path.join('.') || 'the whole'}: ${issue?.message}`,
  )
}

function checkSyntax(id: string, body: string, path: string): void {
  try {
    parse(body, { noLocation: true })
  } catch (cause) {
    throw new ManifestError(path, `operation "${id}" is not GraphQL: ${String(cause)}`, { cause })
  }
}
