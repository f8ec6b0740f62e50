import { type ClassType, Field, ID, InputType } from 'type-graphql'
import { GraphQLDateTimeISO } from 'graphql-scalars'
import { fromNodeId, type NodeKind } from '../../store/id.ts'
import type { Filter } from '../../store/read.ts'
import { badUserInput } from '../errors.ts'
import { AuthorType, Channel, ContactRole, ConversationStatus, MessageType, Priority, TicketStatus } from './enums.ts'
import { Provider } from './provider.ts'

/** The filter fields that name other things, and what kind of thing each names. */
const REFERENCES = {
  integrationIds: 'integration',
  assigneeId: 'agent',
  teamId: 'team',
  contactId: 'contact',
  companyId: 'company',
  tagIds: 'tag',
} as const satisfies Readonly<Record<string, NodeKind>>

/** References that a row may lack: null asks for the rows that do. */
const NULL_IS_NONE: ReadonlySet<string> = new Set(['assigneeId', 'teamId'])

const TAG_NAMES = 'Has any of the tags of these names, whatever the case, in whichever account.'

/** What every list can be narrowed by. */
@InputType()
abstract class RecordFilter {
  @Field(() => [Provider], { nullable: true, description: 'Only of these providers.' })
  readonly providers?: readonly string[] | null

  @Field(() => [ID], { nullable: true, description: 'Only of these accounts.' })
  readonly integrationIds?: readonly string[] | null

  @Field(() => GraphQLDateTimeISO, { nullable: true, description: 'From this time on.' })
  readonly createdAfter?: Date | null

  @Field(() => GraphQLDateTimeISO, { nullable: true, description: 'Before this time.' })
  readonly createdBefore?: Date | null

  @Field(() => GraphQLDateTimeISO, { nullable: true, description: 'Changed from this time on.' })
  readonly updatedAfter?: Date | null

  @Field(() => GraphQLDateTimeISO, { nullable: true, description: 'Changed before this time.' })
  readonly updatedBefore?: Date | null

  @Field(() => String, {
    nullable: true,
    description: 'Holds words that begin like these: in its name, subject, e-mail address or description.',
  })
  readonly query?: string | null
}

/** Work that is given to somebody: conversations and tickets. */
@InputType()
abstract class WorkFilter extends RecordFilter {
  @Field(() => [Priority], { nullable: true })
  readonly priority?: readonly string[] | null

  @Field(() => [Channel], { nullable: true })
  readonly channel?: readonly string[] | null

  @Field(() => ID, { nullable: true, description: 'Given to this agent; null for given to nobody.' })
  readonly assigneeId?: string | null

  @Field(() => ID, { nullable: true, description: 'Given to this team; null for given to none.' })
  readonly teamId?: string | null

  @Field(() => ID, { nullable: true })
  readonly contactId?: string | null

  @Field(() => ID, { nullable: true })
  readonly companyId?: string | null

  @Field(() => [ID], { nullable: true, description: 'Has any of these tags.' })
  readonly tagIds?: readonly string[] | null

  @Field(() => [String], { nullable: true, description: TAG_NAMES })
  readonly tag?: readonly string[] | null
}

@InputType('ConversationFilter')
export class ConversationFilter extends WorkFilter {
  @Field(() => [ConversationStatus], { nullable: true })
  readonly status?: readonly string[] | null
}

@InputType('TicketFilter')
export class TicketFilter extends WorkFilter {
  @Field(() => [TicketStatus], { nullable: true })
  readonly status?: readonly string[] | null

  @Field(() => [String], { nullable: true, description: 'Of these sorts, by the accounts’ own names.' })
  readonly type?: readonly string[] | null

  @Field(() => GraphQLDateTimeISO, { nullable: true, description: 'To be solved from this time on.' })
  readonly dueAfter?: Date | null

  @Field(() => GraphQLDateTimeISO, { nullable: true, description: 'To be solved before this time.' })
  readonly dueBefore?: Date | null

  @Field(() => GraphQLDateTimeISO, { nullable: true, description: 'To be answered first from this time on.' })
  readonly firstReplyDueAfter?: Date | null

  @Field(() => GraphQLDateTimeISO, { nullable: true, description: 'To be answered first before this time.' })
  readonly firstReplyDueBefore?: Date | null

  @Field(() => GraphQLDateTimeISO, { nullable: true, description: 'Solved from this time on.' })
  readonly solvedAfter?: Date | null

  @Field(() => GraphQLDateTimeISO, { nullable: true, description: 'Solved before this time.' })
  readonly solvedBefore?: Date | null

  @Field(() => Boolean, { nullable: true, description: 'Whether the provider told somebody that it is late.' })
  readonly escalated?: boolean | null
}

@InputType('ContactFilter')
export class ContactFilter extends RecordFilter {
  @Field(() => [ContactRole], { nullable: true })
  readonly role?: readonly string[] | null

  @Field(() => String, { nullable: true, description: 'Exactly this address, whatever the case.' })
  readonly email?: string | null

  @Field(() => ID, { nullable: true })
  readonly companyId?: string | null

  @Field(() => [ID], { nullable: true, description: 'Has any of these tags.' })
  readonly tagIds?: readonly string[] | null

  @Field(() => [String], { nullable: true, description: TAG_NAMES })
  readonly tag?: readonly string[] | null
}

@InputType('CompanyFilter')
export class CompanyFilter extends RecordFilter {
  @Field(() => [ID], { nullable: true, description: 'Has any of these tags.' })
  readonly tagIds?: readonly string[] | null

  @Field(() => [String], { nullable: true, description: TAG_NAMES })
  readonly tag?: readonly string[] | null
}

@InputType('AgentFilter')
export class AgentFilter extends RecordFilter {
  @Field(() => String, { nullable: true, description: 'Exactly this address, whatever the case.' })
  readonly email?: string | null

  @Field(() => ID, { nullable: true })
  readonly teamId?: string | null

  @Field(() => Boolean, { nullable: true, description: 'Whether work can be given to them now, as far as it is told.' })
  readonly available?: boolean | null
}

@InputType('TeamFilter')
export class TeamFilter extends RecordFilter {}

@InputType('TagFilter')
export class TagFilter extends RecordFilter {}

@InputType('MessageFilter')
export class MessageFilter {
  @Field(() => [MessageType], { nullable: true })
  readonly type?: readonly string[] | null

  @Field(() => [AuthorType], { nullable: true })
  readonly authorType?: readonly string[] | null
}

/** The filter class of each kind that has unified lists. */
export const filters = {
  agent: AgentFilter,
  team: TeamFilter,
  tag: TagFilter,
  company: CompanyFilter,
  contact: ContactFilter,
  conversation: ConversationFilter,
  ticket: TicketFilter,
} as const satisfies Readonly<Record<string, ClassType>>

function toRowId(field: string, kind: NodeKind, id: unknown): string {
  const found = typeof id === 'string' ? fromNodeId(id) : null
  if (found?.kind === kind) return found.uuid
  throw badUserInput(`${field}: expected the id of a ${kind}, but got ${JSON.stringify(id)}`)
}

/** Reads a global id of one kind. @throws GraphQLError `BAD_USER_INPUT` naming the field */
export const rowIdOf = (field: string, kind: NodeKind, id: string): string => toRowId(field, kind, id)

/**
 * Turns a filter argument into the store's: global ids become row ids, and what is not given is left out.
 *
 * A list given as null counts as not given. An assignee or team given as null asks for rows that have none; any other
 * reference given as null is refused, since a variable that was forgotten must not show everybody's rows.
 *
 * @throws GraphQLError `BAD_USER_INPUT` naming the field
 */
export function toFilter(input: object | null | undefined): Filter {
  const filter: Record<string, unknown> = {}
  for (const [field, value] of Object.entries(input ?? {})) {
    if (value === undefined) continue
    const kind = field in REFERENCES ? REFERENCES[field as keyof typeof REFERENCES] : null
    if (value === null) {
      if (NULL_IS_NONE.has(field)) filter[field] = null
      else if (kind !== null && !field.endsWith('Ids')) filter[field] = toRowId(field, kind, value)
    } else if (kind === null) {
      filter[field] = value
    } else {
      filter[field] = Array.isArray(value) ? value.map((id) => toRowId(field, kind, id)) : toRowId(field, kind, value)
    }
  }
  return filter
}

/**
 * The filter of a list that belongs to something: what is asked for, within what the list holds anyway.
 *
 * @throws GraphQLError `BAD_USER_INPUT` for a condition that contradicts what the list is of
 */
export function within(input: object | null | undefined, owner: Filter): Filter {
  const filter = toFilter(input)
  for (const [field, value] of Object.entries(owner)) {
    const asked: unknown = Object.entries(filter).find(([each]) => each === field)?.[1]
    const isInside =
      Array.isArray(value) && Array.isArray(asked) ? asked.some((each) => value.includes(each)) : asked === value
    if (asked !== undefined && !isInside) throw badUserInput(`${field}: this list is already narrowed to another`)
  }
  return { ...filter, ...owner }
}
