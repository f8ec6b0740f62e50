import { describe, expect, it } from 'vitest'
import type { Acting, ActionName, Outcome } from '../../kit/actions.ts'
import type { Connector } from '../../kit/contract.ts'
import type { Kind } from '../../store/kinds.ts'
import { acting, declared } from './acted.ts'
import { type Stage, streamOf } from './stage.ts'
import type { Takes } from './takes.ts'
import { companyValues, contactValues } from './words.ts'

interface Making {
  readonly kind: Kind
  readonly make: (stage: Stage, act: Acting) => Promise<Outcome>
}

/** Of the actions that make a record: doing them twice would make two. */
const MAKINGS: Readonly<Partial<Record<ActionName, Making>>> = {
  createTicket: {
    kind: 'ticket',
    make(stage, act) {
      const { contactRemoteId } = stage.world.cast
      const draft = { contactRemoteId, type: null, subject: 'Only once', description: 'please' }
      return declared(stage, 'createTicket')(stage.client(), { ...act, draft })
    },
  },
  createContact: {
    kind: 'contact',
    make(stage, act) {
      const { name, email } = contactValues(stage, 'once')
      return declared(stage, 'createContact')(stage.client(), { ...act, contact: { name, email } })
    },
  },
  createCompany: {
    kind: 'company',
    make(stage, act) {
      const { name } = companyValues(stage, 'once')
      return declared(stage, 'createCompany')(stage.client(), { ...act, company: { name } })
    },
  },
}

/** An act's own id, as an idempotency key at the provider. */
export function describeOnce(connector: Connector, takes: Takes, current: () => Stage): void {
  const offered = takes.once.map((action) => ({ action, making: MAKINGS[action] ?? null }))

  describe.each(offered)('$action, asked for again with the same act', ({ action, making }) => {
    it('makes one record, also when the first answer got lost', async () => {
      expect(connector.actions[action]).toBeDefined()
      if (making === null) throw new Error(`${action} makes no record, so that nothing shows that it was done once`)
      const stage = current()
      const { name } = streamOf(stage, making.kind)
      const before = (await stage.world.standing(name)).length
      await stage.world.faults.hangUpNext(1)
      const act = acting(stage)
      const first = await making.make(stage, act)
      const again = await making.make(stage, act)
      expect(again.subject).toEqual(first.subject)
      expect(await stage.world.standing(name)).toHaveLength(before + 1)
    })
  })
}
