/** One event of an event stream. */
export interface ServerSentEvent {
  /** The value of its `event` field; "message" when it has none. */
  readonly type: string
  /** The values of its `data` fields, with line feeds between. */
  readonly data: string
}

/** An event, or a line of one, is larger than is accepted. */
export class EventTooLargeError extends Error {
  constructor(maxChars: number) {
    super(`expected events of at most ${maxChars} characters`)
    this.name = 'EventTooLargeError'
  }
}

const LINE_END = /\r\n|\r|\n/g

/**
 * Reads an event stream as its bytes come, wherever the network cut them: inside a character, or a line's end.
 *
 * It reads as the HTML standard says (https://html.spec.whatwg.org/multipage/server-sent-events.html#parsing-an-event-stream,
 * read 2026-11-21), with two differences: an event that has a type but no data counts, since `complete` needs none; and
 * `id` and `retry` are left out, since nobody comes back here by an event's id. What stands after the last empty line is
 * no event yet.
 */
export class EventReader {
  readonly #maxChars: number
  readonly #decoder = new TextDecoder()
  /** What is known of the line that has not ended yet. */
  #begun = ''
  /** True after a carriage return that was a chunk's last character: a line feed that follows belongs to it. */
  #isAfterReturn = false
  #type = ''
  #data: string[] = []
  #hasField = false
  #size = 0
  #comments = 0

  /** @param maxChars characters that one event may have, field names and comments included */
  constructor(maxChars: number) {
    this.#maxChars = maxChars
  }

  /** How many comments have come. */
  get comments(): number {
    return this.#comments
  }

  /**
   * Takes more bytes.
   *
   * @returns the events that are complete with them
   * @throws EventTooLargeError the reader cannot be used any more
   */
  read(chunk: Uint8Array): ServerSentEvent[] {
    const events: ServerSentEvent[] = []
    const text = this.#decoder.decode(chunk, { stream: true })
    if (text === '') return events
    let start = this.#isAfterReturn && text.startsWith('\n') ? 1 : 0
    this.#isAfterReturn = text.endsWith('\r')
    LINE_END.lastIndex = start
    for (let end = LINE_END.exec(text); end !== null; end = LINE_END.exec(text)) {
      this.#count(end.index - start)
      const line = this.#begun + text.slice(start, end.index)
      this.#begun = ''
      start = LINE_END.lastIndex
      if (line !== '') this.#takeLine(line)
      else this.#finish(events)
    }
    this.#count(text.length - start)
    this.#begun += text.slice(start)
    return events
  }

  #count(chars: number): void {
    this.#size += chars
    if (this.#size > this.#maxChars) throw new EventTooLargeError(this.#maxChars)
  }

  #takeLine(line: string): void {
    const colon = line.indexOf(':')
    // A comment: a sign of life between events, however many there are.
    if (colon === 0) {
      this.#comments++
      this.#size -= line.length
      return
    }
    const name = colon < 0 ? line : line.slice(0, colon)
    const value = colon < 0 ? '' : line.slice(line[colon + 1] === ' ' ? colon + 2 : colon + 1)
    if (name === 'event') this.#type = value
    else if (name === 'data') this.#data.push(value)
    else return
    this.#hasField = true
  }

  #finish(events: ServerSentEvent[]): void {
    if (this.#hasField) events.push({ type: this.#type || 'message', data: this.#data.join('\n') })
    this.#type = ''
    this.#data = []
    this.#hasField = false
    this.#size = 0
  }
}
