import { describe, expect, it } from 'vitest'
import type { Json } from '../../../store/kinds.ts'
import { definitions } from '../../../subgraphs/intercom/read-definitions.ts'
import { contextOf, fakeClient } from './fake-client.ts'

const TIER = {
  type: 'data_attribute',
  id: 31,
  model: 'contact',
  name: 'tier',
  full_name: 'custom_attributes.tier',
  label: 'Tier',
  data_type: 'string',
  options: ['silver', 'gold'],
  custom: true,
  archived: false,
  created_at: 1_671_028_894,
  updated_at: 1_671_028_894,
}
const ORDER = { type: 'ticket_type_attribute', id: '167', name: 'Order', data_type: 'integer', order: 2 }

const read = async (attributes: readonly Json[], types: readonly Json[]) =>
  definitions.read(
    fakeClient(({ path }) => ({ body: { type: 'list', data: path === '/data_attributes' ? attributes : types } })),
    null,
    contextOf(),
  )
const typeWith = (...data: readonly Json[]): Json => ({ id: '1', ticket_type_attributes: { type: 'list', data } })

describe('what a workspace defined', () => {
  it('is told by the key that its records have', async () => {
    const { changes } = await read([TIER], [typeWith(ORDER)])
    expect(changes).toMatchObject([
      {
        remoteId: 'field/contact/tier',
        fields: {
          type: 'FIELD',
          name: 'Tier',
          appliesTo: 'contact',
          key: 'tier',
          valueType: 'LIST',
          options: [
            { value: 'silver', label: 'silver' },
            { value: 'gold', label: 'gold' },
          ],
          active: true,
        },
      },
      {
        remoteId: 'field/ticket/Order',
        fields: { name: 'Order', appliesTo: 'ticket', valueType: 'NUMBER', options: [] },
      },
    ])
  })

  it('leaves out what every workspace has, and tells once what several sorts of tickets have', async () => {
    const standard = { ...TIER, name: 'email', custom: false }
    const title = { ...ORDER, name: '_default_title_' }
    const { changes } = await read([standard], [typeWith(title, ORDER), typeWith(ORDER), typeWith()])
    expect(changes.map(({ remoteId }) => remoteId)).toEqual(['field/ticket/Order'])
  })

  it('holds a data type that nobody has seen yet for any other', async () => {
    const { changes } = await read([{ ...TIER, data_type: 'hologram', options: null }], [])
    expect(changes).toMatchObject([{ fields: { valueType: 'OTHER', options: [] } }])
  })
})
