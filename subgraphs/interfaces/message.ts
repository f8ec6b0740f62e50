import { Field, InterfaceType } from 'type-graphql'
import type { Attachment as AttachmentValue } from '../../store/kinds.ts'
import { AuthorType, MessageType } from './enums.ts'
import { Attachment } from './values.ts'
import { Node, typeOf } from './node.ts'
import { Record } from './record.ts'

@InterfaceType('Message', {
  implements: [Node, Record],
  autoRegisterImplementations: false,
  description: 'One thing said, noted or done in a conversation or a ticket.',
  resolveType: typeOf,
})
export class Message {
  @Field(() => MessageType)
  readonly type!: string

  @Field(() => String, { description: 'The provider’s own word: `comment`, `assignment`, …' })
  readonly nativeType!: string

  @Field(() => AuthorType)
  readonly authorType!: string

  @Field(() => String, {
    nullable: true,
    description: 'As the message says it, else as the agent or contact who wrote is called.',
  })
  readonly authorName!: string | null

  @Field(() => String, { nullable: true, description: 'Plain text; null where the message has no words.' })
  readonly text!: string | null

  @Field(() => String, {
    nullable: true,
    description: 'As sent and cleaned by nobody: never put it into a page as it is.',
  })
  readonly html!: string | null

  @Field(() => [Attachment])
  readonly attachments!: readonly AttachmentValue[]

  @Field(() => Boolean, { description: 'The provider removed the content.' })
  readonly redacted!: boolean
}
