import { Ctx, FieldResolver, Resolver, Root } from 'type-graphql'
import type { CompanyRow, ContactRow, TagRow } from '../../../store/kinds.ts'
import type { SubgraphContext } from '../../context.ts'
import { Company } from '../company.ts'
import { Contact } from '../contact.ts'
import { Tag } from '../tag.ts'
import { many } from './references.ts'

@Resolver(() => Contact)
export class ContactResolver {
  @FieldResolver(() => [Company])
  companies(@Root() row: ContactRow, @Ctx() context: SubgraphContext): Promise<readonly CompanyRow[]> {
    return many(context, 'company', row.companyIds)
  }

  @FieldResolver(() => [Tag])
  tags(@Root() row: ContactRow, @Ctx() context: SubgraphContext): Promise<readonly TagRow[]> {
    return many(context, 'tag', row.tagIds)
  }
}
