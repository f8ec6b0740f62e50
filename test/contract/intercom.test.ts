import { intercomDriver } from './intercom.ts'
import { describeConnector } from './suite.ts'

describeConnector(intercomDriver)
