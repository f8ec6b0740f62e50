import { Directive, Field, ID, ObjectType, registerEnumType } from 'type-graphql'
import { toNodeId } from '../../store/id.ts'
import type { Member as StoredMember } from '../../store/members.ts'

const Role = { OWNER: 'OWNER', ADMIN: 'ADMIN', AGENT: 'AGENT', ANALYST: 'ANALYST' } as const
registerEnumType(Role, {
  name: 'Role',
  description: 'What a member may do.',
  valuesConfig: {
    OWNER: { description: 'Everything.' },
    ADMIN: { description: 'Connect tools, and all that an agent may.' },
    AGENT: { description: 'Answer customers, and all that an analyst may.' },
    ANALYST: { description: 'Read.' },
  },
})

@Directive('@shareable')
@ObjectType('Member', { simpleResolvers: true, description: 'A person of the workspace.' })
export class Member {
  @Field(() => ID)
  readonly id!: string

  @Field(() => String)
  readonly name!: string

  @Field(() => String)
  readonly email!: string

  @Field(() => Role)
  readonly role!: string
}

/** A member as the graph shows them. */
export const toMember = ({ id, name, email, role }: StoredMember): Member => ({
  id: toNodeId('member', id),
  name,
  email,
  role,
})
