import { describe, expect, it } from 'vitest'
import type { ActionName } from '../../kit/actions.ts'
import type { Connector } from '../../kit/contract.ts'
import { RejectedError } from '../../kit/errors.ts'
import type { Kind, Priority, TicketStatus } from '../../store/kinds.ts'
import { acting, castThread, declared } from './acted.ts'
import { type Stage, streamOf, writes } from './stage.ts'
import type { Takes } from './takes.ts'
import { companyValues, contactValues, draftValues, patchValues, UNKNOWN_FIELD } from './words.ts'

const STATUSES: readonly TicketStatus[] = ['NEW', 'OPEN', 'PENDING', 'ON_HOLD', 'SOLVED', 'CLOSED', 'OTHER']
const PRIORITIES: readonly Priority[] = ['NONE', 'LOW', 'MEDIUM', 'HIGH', 'URGENT', 'OTHER']

/** One attempt at writing something: a word, its value, and what may be said with it. */
type Attempt = (stage: Stage, said: Readonly<Record<string, unknown>>) => Promise<unknown>

const ticketDraft: Attempt = (stage, said) => {
  const { contactRemoteId } = stage.world.cast
  const draft = { contactRemoteId, type: null, subject: 'A ticket', description: 'in words', ...said }
  return declared(stage, 'createTicket')(stage.client(), { ...acting(stage), draft })
}
const ticketPatch: Attempt = (stage, patch) => {
  const ticketRemoteId = castThread(stage, 'ticket')
  return declared(stage, 'updateTicket')(stage.client(), { ...acting(stage), ticketRemoteId, patch })
}
const newContact: Attempt = (stage, said) => {
  const { name, email } = contactValues(stage, 'refused')
  const contact = { name, email, ...said }
  return declared(stage, 'createContact')(stage.client(), { ...acting(stage), contact })
}
const contactPatch: Attempt = (stage, patch) => {
  const { contactRemoteId } = stage.world.cast
  return declared(stage, 'updateContact')(stage.client(), { ...acting(stage), contactRemoteId, patch })
}
const newCompany: Attempt = (stage, said) => {
  const company = { name: companyValues(stage, 'refused').name, ...said }
  return declared(stage, 'createCompany')(stage.client(), { ...acting(stage), company })
}
const companyPatch: Attempt = (stage, patch) => {
  const companyRemoteId = stage.world.cast.companyRemoteId ?? ''
  return declared(stage, 'updateCompany')(stage.client(), { ...acting(stage), companyRemoteId, patch })
}

interface Writing {
  readonly action: ActionName
  readonly kind: Kind
  readonly attempt: Attempt
  readonly taken: readonly string[]
  /** Words that are taken, and not as null. */
  readonly kept: readonly string[]
  readonly values: (stage: Stage) => Readonly<Record<string, unknown>>
}

function writingsOf({ draft, patch, contact, company, fixed, keeps }: Takes): readonly Writing[] {
  const contacts = (stage: Stage) => contactValues(stage, 'refused')
  const companies = (stage: Stage) => companyValues(stage, 'refused')
  const changed = (words: readonly string[], kind: Kind): string[] =>
    words.filter((word) => fixed?.[kind]?.includes(word) !== true)
  const keeping = (kind: Kind): readonly string[] => changed(keeps?.[kind] ?? [], kind)
  return [
    { action: 'createTicket', kind: 'ticket', attempt: ticketDraft, taken: draft, kept: [], values: draftValues },
    {
      action: 'updateTicket',
      kind: 'ticket',
      attempt: ticketPatch,
      taken: patch,
      kept: keeping('ticket'),
      values: patchValues,
    },
    { action: 'createContact', kind: 'contact', attempt: newContact, taken: contact, kept: [], values: contacts },
    {
      action: 'updateContact',
      kind: 'contact',
      attempt: contactPatch,
      taken: changed(contact, 'contact'),
      kept: keeping('contact'),
      values: contacts,
    },
    { action: 'createCompany', kind: 'company', attempt: newCompany, taken: company, kept: [], values: companies },
    {
      action: 'updateCompany',
      kind: 'company',
      attempt: companyPatch,
      taken: changed(company, 'company'),
      kept: keeping('company'),
      values: companies,
    },
  ]
}

/** Refused, for a reason that a person can read, and by our name of what was wrong. */
async function expectRefused(attempt: Promise<unknown>, field: string): Promise<void> {
  const refused = await attempt.catch((error: unknown) => error)
  expect({ field, refused: refused instanceof RejectedError }).toEqual({ field, refused: true })
  expect(refused).toMatchObject({ field, reason: expect.stringMatching(/\S/) })
}

/** What a provider does not take is refused by name; nothing is dropped in silence, and nothing half done. */
export function describeRefusing(connector: Connector, takes: Takes, current: () => Stage): void {
  const offered = writingsOf(takes).filter(({ action }) => Object.hasOwn(connector.actions, action))

  describe.each(offered)('$action', ({ kind, attempt, taken, kept, values }) => {
    it('refuses by name what the provider does not take, and sends nothing', async () => {
      const stage = current()
      await stage.world.forgetRequests()
      for (const [word, value] of Object.entries(values(stage))) {
        if (!taken.includes(word)) await expectRefused(attempt(stage, { [word]: value }), word)
      }
      for (const word of kept) await expectRefused(attempt(stage, { [word]: null }), word)
      expect(await writes(stage)).toEqual([])
    })

    it.skipIf(!taken.includes('customFields'))(
      'refuses a field that the account does not have, in the provider’s words',
      async () => {
        const stage = current()
        const before = await stage.world.standing(streamOf(stage, kind).name)
        await expectRefused(attempt(stage, { customFields: UNKNOWN_FIELD }), 'customFields')
        expect(await stage.world.standing(streamOf(stage, kind).name)).toEqual(before)
      },
    )
  })

  it.skipIf(connector.actions.updateTicket === undefined)('refuse a status or a priority that is none', async () => {
    expect.hasAssertions()
    const stage = current()
    for (const status of takes.patch.includes('status') ? STATUSES : []) {
      if (!takes.statuses.includes(status)) await expectRefused(ticketPatch(stage, { status }), 'status')
    }
    for (const priority of takes.patch.includes('priority') ? PRIORITIES : []) {
      if (!takes.priorities.includes(priority)) await expectRefused(ticketPatch(stage, { priority }), 'priority')
    }
  })
}
