import { isUtf8 } from 'node:buffer'
import type { IncomingMessage } from 'node:http'

/** A body that cannot be taken, and the HTTP status that says so. */
export class BodyError extends Error {
  readonly status: 400 | 413 | 415

  constructor(status: 400 | 413 | 415, message: string) {
    super(message)
    this.name = 'BodyError'
    this.status = status
  }
}

/**
 * Reads a JSON body.
 *
 * @throws BodyError 415 for another type or an encoded body, 413 when it is larger than `maxBytes` (as soon as that is
 *   known: the rest is not read), 400 for what is not JSON in UTF-8 or breaks off
 */
export async function readJsonBody(request: IncomingMessage, maxBytes: number): Promise<unknown> {
  checkType(request)
  const declared = Number(request.headers['content-length'] ?? 0)
  if (declared > maxBytes) throw tooLarge(maxBytes)
  const bytes = await readBytes(request, maxBytes)
  // Decoding would put other characters in the place of what cannot be read.
  if (!isUtf8(bytes)) throw new BodyError(400, 'The body is not UTF-8.')
  try {
    return JSON.parse(bytes.toString('utf8'))
  } catch {
    throw new BodyError(400, 'The body is not JSON.')
  }
}

function checkType(request: IncomingMessage): void {
  const [type = '', ...parameters] = (request.headers['content-type'] ?? '').toLowerCase().split(';')
  if (type.trim() !== 'application/json') throw new BodyError(415, 'Expected the content-type application/json.')
  const charset = parameters.find((each) => /^\s*charset\s*=/.test(each))
  if (charset !== undefined && !/=\s*"?utf-?8"?\s*$/.test(charset)) throw new BodyError(415, 'Expected UTF-8.')
  const encoding = request.headers['content-encoding'] ?? 'identity'
  if (encoding !== 'identity')
    throw new BodyError(415, `Expected a body without content-encoding, but got ${encoding}.`)
}

function readBytes(request: IncomingMessage, maxBytes: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    let size = 0
    request.on('data', (chunk: Buffer) => {
      size += chunk.length
      if (size > maxBytes) {
        request.pause()
        reject(tooLarge(maxBytes))
      } else chunks.push(chunk)
    })
    let isWhole = false
    request.once('end', () => {
      isWhole = true
      resolve(Buffer.concat(chunks))
    })
    // Every request closes in the end. An error is made only for one that was not whole: its stack takes time.
    const breakOff = () => {
      if (!isWhole) reject(new BodyError(400, 'The body broke off.'))
    }
    request.once('close', breakOff)
    request.once('error', breakOff)
  })
}

function tooLarge(maxBytes: number): BodyError {
  return new BodyError(413, `The body is larger than ${maxBytes} bytes.`)
}
