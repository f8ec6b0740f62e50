import type { CompanyPatch, ContactPatch, CustomValues, TicketDraft, TicketPatch } from '../../kit/actions.ts'
import type { Kind } from '../../store/kinds.ts'
import { TAG } from './acted.ts'
import type { Stage } from './stage.ts'
import type { CompanyWord, ContactWord, DraftWord, PatchWord } from './takes.ts'

/** A value for each word that may be written, and the words that mean that nothing is to stand there. */
type Values<Patch, Word extends keyof Patch> = { readonly [K in Word]-?: NonNullable<Patch[K]> }

/** A time in the future, to the second. */
const soon = (stage: Stage): Date =>
  new Date(Math.floor(stage.access.clock.now().getTime() / 1000) * 1000 + 3 * 24 * 3_600_000)

const NO_FIELD = 'no_such_field_of_this_account'

/** Fields of the account's own, one that every account lacks where the cast names none. */
function customFields({ world }: Stage, kind: Kind): CustomValues {
  const field = world.cast.customFields[kind]
  return field ? { [field.key]: field.value } : { [NO_FIELD]: 'anything' }
}

/** A field that no account has. */
export const UNKNOWN_FIELD: CustomValues = { [NO_FIELD]: 'anything' }

/** What a ticket can be made with. */
export const draftValues = (stage: Stage): Values<TicketDraft, DraftWord> => ({
  type: stage.world.cast.ticketType ?? 'No such type',
  description: 'Twice charged',
  status: 'PENDING',
  priority: 'HIGH',
  assigneeRemoteId: stage.world.cast.otherAgentRemoteId,
  teamRemoteId: stage.world.cast.teamRemoteId,
  companyRemoteId: stage.world.cast.companyRemoteId ?? '1',
  tags: [TAG, 'and-another'],
  customFields: customFields(stage, 'ticket'),
  dueAt: soon(stage),
  copiedTo: ['colleague@example.com'],
})

/** What a ticket can be changed to. */
export const patchValues = (stage: Stage): Values<TicketPatch, PatchWord> => ({
  subject: 'New subject',
  type: stage.world.cast.ticketType ?? 'No such type',
  description: 'New words',
  status: 'PENDING',
  priority: 'HIGH',
  assigneeRemoteId: stage.world.cast.otherAgentRemoteId,
  teamRemoteId: stage.world.cast.teamRemoteId,
  companyRemoteId: stage.world.cast.companyRemoteId ?? '1',
  tags: [TAG, 'and-another'],
  customFields: customFields(stage, 'ticket'),
  dueAt: soon(stage),
})

/** Words of a ticket's patch that take null, which empties them. */
export const EMPTIED: readonly PatchWord[] = ['assigneeRemoteId', 'teamRemoteId', 'companyRemoteId', 'dueAt']

/** What can be said of a contact, and of another when it is asked for with another word. */
export const contactValues = (stage: Stage, of: string): Values<ContactPatch, ContactWord> => ({
  name: `Neu ${of}`,
  email: `${of.toLowerCase()}.neu@example.com`,
  phone: '+4915112345678',
  externalId: `suite-${of}`,
  companyRemoteId: stage.world.cast.companyRemoteId ?? '1',
  tags: [TAG, 'and-another'],
  customFields: customFields(stage, 'contact'),
})

/** Words of a contact that are emptied by null. The address is not among them: some providers know people by nothing else. */
export const EMPTIED_OF_CONTACT: readonly ContactWord[] = ['phone', 'externalId', 'companyRemoteId']

/** Words of a company that are emptied by null. */
export const EMPTIED_OF_COMPANY: readonly CompanyWord[] = ['externalId', 'website']

/** What can be said of a company. */
export const companyValues = (stage: Stage, of: string): Values<CompanyPatch, CompanyWord> => ({
  name: `Neu ${of} GmbH`,
  externalId: `suite-${of}`,
  website: 'https://neu.example.com',
  tags: [TAG, 'and-another'],
  customFields: customFields(stage, 'company'),
})
