import { Ctx, FieldResolver, Resolver, Root } from 'type-graphql'
import type { CompanyRow, TagRow } from '../../../store/kinds.ts'
import type { SubgraphContext } from '../../context.ts'
import { Company } from '../company.ts'
import { Tag } from '../tag.ts'
import { many } from './references.ts'

@Resolver(() => Company)
export class CompanyResolver {
  @FieldResolver(() => [Tag])
  tags(@Root() row: CompanyRow, @Ctx() context: SubgraphContext): Promise<readonly TagRow[]> {
    return many(context, 'tag', row.tagIds)
  }
}
