import { expect, test } from 'vitest'
import { signatureHeaders } from '../../../ingest/outgoing/sign.ts'

test('signs as the published example of the scheme does', () => {
  // Source: Svix, "Verifying webhooks manually", the example that its libraries are tested with.
  const body = '{"event_type":"ping","data":{"success":true}}'
  const at = new Date(1_731_705_121_987)
  const secrets = ['whsec_plJ3nmyCDGBKInavdOK15jsl']
  expect(signatureHeaders({ id: 'msg_loFOjxBNrRLzqYUf', body, at, secrets })).toEqual({
    'webhook-id': 'msg_loFOjxBNrRLzqYUf',
    'webhook-timestamp': '1731705121',
    'webhook-signature': 'v1,rAvfW3dJ/X/qxhsaXPOyyCGmRKsaKWcsNccKXlIktD0=',
  })
})

test('signs by every secret, the newest first', () => {
  const signed = { id: 'a', body: 'b', at: new Date(0) }
  const of = (...secrets: string[]) => signatureHeaders({ ...signed, secrets })['webhook-signature']
  expect(of('whsec_AAAA', 'whsec_BBBB')).toBe(`${of('whsec_AAAA')} ${of('whsec_BBBB')}`)
})
