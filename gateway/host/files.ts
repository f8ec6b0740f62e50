import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { extname, join, relative, sep } from 'node:path'

const CONTENT_TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.mjs': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.map': 'application/json; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.ttf': 'font/ttf',
  '.woff': 'font/woff',
  '.woff2': 'font/woff2',
  '.wasm': 'application/wasm',
  '.txt': 'text/plain; charset=utf-8',
}

interface Served {
  readonly bytes: Buffer
  readonly type: string
  readonly etag: string
  /** The name holds a hash of the content, so it never changes. */
  readonly isImmutable: boolean
}

/** Answers one request for a file below a prefix. */
export type FileHandler = (request: IncomingMessage, response: ServerResponse, url: URL) => void

/**
 * Reads a folder of static files once, and serves it from memory below `prefix`; `prefix` itself is its index.html.
 *
 * The page may load from, and talk to, its own host only. No path leads out of the folder, since only what was read is
 * served.
 */
export async function createFileHandler(folder: string, prefix: string): Promise<FileHandler> {
  const files = await readFolder(folder)
  return (request, response, url) => {
    const name = url.pathname.slice(prefix.length).replace(/^\//, '')
    const file = files.get(name === '' ? 'index.html' : name)
    if (file === undefined) {
      response.writeHead(404, { 'content-type': 'text/plain; charset=utf-8' }).end('Not found\n')
      return
    }
    response.setHeader('etag', file.etag)
    response.setHeader('cache-control', file.isImmutable ? 'public, max-age=31536000, immutable' : 'no-cache')
    response.setHeader('x-content-type-options', 'nosniff')
    response.setHeader('referrer-policy', 'no-referrer')
    response.setHeader('content-security-policy', toPolicy(request.headers.host))
    if (request.headers['if-none-match'] === file.etag) {
      response.writeHead(304).end()
      return
    }
    response.writeHead(200, { 'content-type': file.type, 'content-length': file.bytes.length })
    response.end(request.method === 'HEAD' ? undefined : file.bytes)
  }
}

async function readFolder(folder: string): Promise<ReadonlyMap<string, Served>> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  const files = entries.filter((entry) => entry.isFile())
  const served = await Promise.all(
    files.map(async (entry): Promise<[string, Served]> => {
      const path = join(entry.parentPath, entry.name)
      const bytes = await readFile(path)
      return [relative(folder, path).split(sep).join('/'), toServed(entry.name, bytes)]
    }),
  )
  return new Map(served)
}

function toServed(name: string, bytes: Buffer): Served {
  return {
    bytes,
    type: CONTENT_TYPES[extname(name)] ?? 'application/octet-stream',
    etag: `"${createHash('sha256').update(bytes).digest('base64url').slice(0, 22)}"`,
    isImmutable: /-[\w-]{8}\.\w+$/.test(name),
  }
}

/** Editors set styles inline, with fonts in them; nothing else is let in, and nothing out. */
function toPolicy(host: string | undefined): string {
  // Some browsers do not count sockets of the same host as 'self'.
  const isHost = host !== undefined && /^[\w.:[\]-]+$/.test(host)
  const sockets = isHost ? ` ws://${host} wss://${host}` : ''
  return [
    "default-src 'self'",
    `connect-src 'self'${sockets}`,
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data:",
    "font-src 'self' data:",
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ')
}
