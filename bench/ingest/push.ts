import { createHmac } from 'node:crypto'

/** Where the deliveries go that are made here. */
export const PROVIDER = 'intercom'
/** With what they are signed. */
export const SECRET = 'secret of the benchmark'
const BODY_BYTES = 4_096

/** A delivery as the provider sends it, signed; all have the same length, and no two the same id. */
export interface Push {
  readonly body: Buffer
  readonly headers: Readonly<Record<string, string>>
}

const WORDS = 'the parcel came on Tuesday and its lid was cracked so I would like another one please thank you'.split(
  ' ',
)
const TEXT_OFFSETS = 500
const TEXT = Array.from({ length: BODY_BYTES }, (_, index) => WORDS[(index * index + 7) % WORDS.length]).join(' ')

/** Makes delivery `n`, of one of a hundred accounts. */
export function makePush(n: number): Push {
  const notification = (text: string): string =>
    JSON.stringify({
      type: 'notification_event',
      app_id: `account${n % 100}`,
      id: `notif_${n}`,
      topic: 'conversation.user.replied',
      created_at: 1_760_000_000,
      first_sent_at: 1_760_000_000,
      data: { type: 'notification_event_data', item: { type: 'conversation', id: String(n), body: text } },
    })
  const room = BODY_BYTES - notification('').length
  const from = n % TEXT_OFFSETS
  const body = Buffer.from(notification(TEXT.slice(from, from + room)))
  const signature = `sha1=${createHmac('sha1', SECRET).update(body).digest('hex')}`
  return {
    body,
    headers: {
      'content-type': 'application/json',
      'content-length': String(body.length),
      'x-hub-signature': signature,
    },
  }
}
