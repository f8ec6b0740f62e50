import { assert, array, constantFrom, oneof, property, string, uint8Array, nat } from 'fast-check'
import { describe, expect, it } from 'vitest'
import { EventReader, EventTooLargeError, type ServerSentEvent } from '../../../gateway/transport/event-reader.ts'

const bytesOf = (text: string) => new TextEncoder().encode(text)

/** Reads bytes in pieces that end where `cuts` say. */
function readPieces(bytes: Uint8Array, cuts: readonly number[], maxChars = 1_000_000): ServerSentEvent[] {
  const reader = new EventReader(maxChars)
  const ends = [...cuts.map((cut) => cut % (bytes.length + 1)), bytes.length].toSorted((one, other) => one - other)
  let start = 0
  return ends.flatMap((end) => {
    const piece = bytes.subarray(start, end)
    start = end
    return reader.read(piece)
  })
}

const read = (text: string, maxChars?: number) => readPieces(bytesOf(text), [], maxChars)
const readByteByByte = (text: string, maxChars?: number) => {
  const bytes = bytesOf(text)
  return readPieces(bytes, [...bytes.keys()], maxChars)
}

describe('a stream of events', () => {
  it.each<[string, string, ServerSentEvent[]]>([
    ['events with a type and data', 'event: next\ndata: 1\n\n', [{ type: 'next', data: '1' }]],
    ['events without a type', 'data: 1\n\n', [{ type: 'message', data: '1' }]],
    ['events without data', 'event: complete\n\n', [{ type: 'complete', data: '' }]],
    ['data over several lines', 'data: a\ndata:\ndata:b\n\n', [{ type: 'message', data: 'a\n\nb' }]],
    ['one space after the colon as no part of the value', 'data:  a\n\n', [{ type: 'message', data: ' a' }]],
    ['fields without a colon as empty ones', 'data\n\n', [{ type: 'message', data: '' }]],
    ['the last type', 'event: a\nevent: b\ndata:\n\n', [{ type: 'b', data: '' }]],
    [
      'carriage returns',
      'event: next\rdata: 1\r\rdata: 2\r\r',
      [
        { type: 'next', data: '1' },
        { type: 'message', data: '2' },
      ],
    ],
    ['both together as one end', 'event: next\r\ndata: 1\r\n\r\n', [{ type: 'next', data: '1' }]],
    [
      'no comments, ids, times and unknown fields',
      ':\n\n: hi\nid: 7\nretry: 10\nfoo: bar\n\ndata: 1\n\n',
      [{ type: 'message', data: '1' }],
    ],
    ['no mark of byte order', '\uFEFFdata: 1\n\n', [{ type: 'message', data: '1' }]],
    ['no event that has not ended', 'data: 1\n\ndata: 2\n', [{ type: 'message', data: '1' }]],
    ['nothing', '', []],
  ])('has %s', (_what, text, events) => {
    expect(read(text)).toEqual(events)
    expect(readByteByByte(text)).toEqual(events)
  })

  it('replaces what is not UTF-8, as every reader of event streams does', () => {
    expect(new EventReader(100).read(Uint8Array.of(...bytesOf('data: '), 0xff, 0xc3, 0x28, 10, 10))).toEqual([
      { type: 'message', data: '\uFFFD\uFFFD(' },
    ])
  })

  it('has the same events wherever it is cut', () => {
    const value = string({ unit: 'grapheme', maxLength: 20 }).map((text) => text.replaceAll(/[\r\n\uFEFF]/g, 'é→🜁'))
    const line = oneof(
      value.map((text) => `data: ${text}`),
      value.map((text) => `event: ${text}`),
      value.map((text) => `:${text}`),
      constantFrom('', 'data', 'id: 1', 'data:🜁é'),
    )
    const text = array(line, { maxLength: 12 }).chain((lines) =>
      array(constantFrom('\n', '\r', '\r\n'), { minLength: lines.length, maxLength: lines.length }).map((ends) =>
        lines.map((each, index) => each + (ends[index] ?? '')).join(''),
      ),
    )
    assert(
      property(text, array(nat(), { maxLength: 20 }), (whole, cuts) => {
        const bytes = bytesOf(whole)
        expect(readPieces(bytes, cuts)).toEqual(readPieces(bytes, []))
        expect(readByteByByte(whole)).toEqual(readPieces(bytes, []))
      }),
    )
  })

  it('has what its writer wrote, whichever line ends it uses', () => {
    const event = array(
      string({ unit: 'grapheme', maxLength: 20 }).map((each) => each.replaceAll(/[\r\n]/g, '')),
      {
        minLength: 1,
        maxLength: 4,
      },
    )
    assert(
      property(array(event), constantFrom('\n', '\r', '\r\n'), array(nat()), (events, end, cuts) => {
        const text = events.map((lines) => `event: next${end}${lines.map((l) => `data: ${l}${end}`).join('')}${end}`)
        expect(readPieces(bytesOf(text.join('')), cuts)).toEqual(
          events.map((lines) => ({ type: 'next', data: lines.join('\n') })),
        )
      }),
    )
  })

  it('never fails on bytes that are no stream of events', () => {
    assert(
      property(uint8Array({ maxLength: 200 }), array(nat()), (bytes, cuts) => {
        expect(readPieces(bytes, cuts)).toEqual(readPieces(bytes, []))
      }),
    )
  })
})

describe('an event', () => {
  it('may be as large as it may be, and no larger', () => {
    const event = `data: ${'x'.repeat(94)}\n\n`
    expect(read(event.repeat(3), 100)).toHaveLength(3)
    expect(readByteByByte(event.repeat(3), 100)).toHaveLength(3)
    expect(() => read(event, 99)).toThrow(EventTooLargeError)
    expect(() => readByteByByte(event, 99)).toThrow(EventTooLargeError)
  })

  it.each([
    ['an endless line', 'x'],
    ['endless lines of data', 'data\n'],
    ['endless fields that mean nothing', 'id: 1\n'],
    ['an endless comment', ':'],
  ])('is given up when it is %s', (_what, piece) => {
    expect(() => read(piece.repeat(200), 100)).toThrow(EventTooLargeError)
  })

  it('may have any number of signs of life before it', () => {
    expect(readByteByByte(`${': still here\n'.repeat(100)}\n${':\n\n'.repeat(100)}data: 1\n\n`, 100)).toHaveLength(1)
  })
})
