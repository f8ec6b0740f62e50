import { Directive, Field, Float, Int, ObjectType } from 'type-graphql'
import { GraphQLDateTimeISO, GraphQLJSON } from 'graphql-scalars'
import type { Json } from '../../store/kinds.ts'
import { CustomFieldType } from './enums.ts'

@Directive('@shareable')
@ObjectType('Attachment', { simpleResolvers: true, description: 'A file beside a message.' })
export class Attachment {
  @Field(() => String, { nullable: true })
  readonly name!: string | null

  @Field(() => String, { description: 'Where the provider keeps it; such addresses may end.' })
  readonly url!: string

  @Field(() => String, { nullable: true })
  readonly contentType!: string | null

  @Field(() => Float, { nullable: true, description: 'In bytes; null where the provider does not tell.' })
  readonly sizeBytes!: number | null
}

@Directive('@shareable')
@ObjectType('CustomField', { simpleResolvers: true, description: 'A field that the account itself defined.' })
export class CustomField {
  @Field(() => String)
  readonly key!: string

  @Field(() => String)
  readonly label!: string

  @Field(() => CustomFieldType)
  readonly type!: string

  @Field(() => GraphQLJSON, { nullable: true })
  readonly value!: Json

  @Field(() => String, {
    nullable: true,
    description: 'What people see in place of the value, where it is one of closed choices.',
  })
  readonly valueLabel!: string | null
}

@Directive('@shareable')
@ObjectType('Rating', { simpleResolvers: true, description: 'What a customer thought of the help.' })
export class Rating {
  @Field(() => Int, { description: '1 (worst) to 5 (best).' })
  readonly score!: number

  @Field(() => String, { description: 'As the provider said it.' })
  readonly nativeScore!: string

  @Field(() => String, { nullable: true, description: 'In the customer’s own words.' })
  readonly remark!: string | null

  @Field(() => GraphQLDateTimeISO, { nullable: true })
  readonly createdAt!: Date | null
}
