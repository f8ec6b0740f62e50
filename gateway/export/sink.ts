import type { EventEmitter } from 'node:events'
import type { ServerResponse } from 'node:http'
import { constants, createGzip, type Gzip } from 'node:zlib'
import type { Clock } from '../clock.ts'

/** The way of a file to whoever reads it. */
export interface Sink {
  /** Resolves when the reader has taken all of it, but for what the system holds; also when there is no reader any more. */
  write(text: string): Promise<void>
  /** Ends the file properly. */
  end(trailers: Readonly<Record<string, string>>): Promise<void>
  /** Breaks the connection, so that nobody takes the file for whole. */
  cut(): void
}

/** What a sink is made of. */
export interface SinkOptions {
  /** Its head may be sent, and nothing else. */
  readonly response: ServerResponse
  readonly clock: Clock
  /** Whether the file is compressed on its way. */
  readonly gzip: boolean
}

/** How long a reader may take nothing at all of what waits for it. */
const STALL_MS = 300_000

/** Makes a sink. Whoever reads nothing for five minutes is hung up on. */
export function openSink({ response, clock, gzip }: SinkOptions): Sink {
  const closed = response.closed ? Promise.resolve() : until(response, 'close')
  const packer = gzip ? createGzip() : null
  packer?.pipe(response, { end: false })
  // It breaks with the connection, which is seen by the connection.
  packer?.on('error', () => response.destroy())
  response.once('close', () => packer?.destroy())
  const take = async (work: Promise<unknown>): Promise<void> => {
    const callOff = clock.after(STALL_MS, () => response.destroy())
    await Promise.race([work, closed])
    callOff()
  }
  return {
    write: async (text) => {
      if (response.destroyed) await closed
      else if (text !== '')
        await take(packer === null ? writePlain(response, text) : writePacked(response, packer, text))
    },
    end: async (trailers) => {
      if (response.destroyed) return closed
      if (packer !== null) {
        const packed = until(packer, 'end')
        packer.end()
        await take(packed)
      }
      response.addTrailers(trailers)
      response.end()
      await take(until(response, 'finish'))
    },
    cut: () => void response.destroy(),
  }
}

function writePlain(response: ServerResponse, text: string): Promise<void> {
  return new Promise((resolve) => {
    response.write(text, (failure) => {
      if (!failure) resolve()
    })
  })
}

/** The compressor takes no more than it can hand on, so that it waits for the reader, too. */
async function writePacked(response: ServerResponse, packer: Gzip, text: string): Promise<void> {
  packer.write(text)
  await new Promise<void>((resolve) => {
    packer.flush(constants.Z_SYNC_FLUSH, () => {
      if (!packer.destroyed) resolve()
    })
  })
  while (response.writableNeedDrain) await until(response, 'drain')
}

/** Unlike that of Node, it does not reject: what breaks is closed as well. */
function until(emitter: EventEmitter, event: string): Promise<void> {
  return new Promise((resolve) => {
    emitter.once(event, () => resolve())
  })
}
