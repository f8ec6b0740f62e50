import { freshdeskDriver } from './freshdesk.ts'
import { describeConnector } from './suite.ts'

describeConnector(freshdeskDriver)
