import 'graphiql/setup-workers/vite'
import { GraphiQL } from 'graphiql'
import { createElement } from 'react'
import { createRoot } from 'react-dom/client'
import 'graphiql/style.css'
import { examples } from './examples.ts'
import { createFetcher } from './fetcher.ts'
import { takeToken, toHeaders } from './token.ts'

const element = document.getElementById('graphiql')
if (element === null) throw new Error('index.html: expected an element with the id "graphiql", but found none')

const headers = toHeaders(takeToken(window))

createRoot(element).render(
  createElement(GraphiQL, {
    fetcher: createFetcher(window.location.origin, headers),
    defaultTabs: [...examples],
    defaultHeaders: JSON.stringify(headers, null, 2),
    defaultEditorToolsVisibility: 'headers',
    // The token stays out of local storage, which outlives the tab.
    shouldPersistHeaders: false,
    showPersistHeadersSettings: false,
  }),
)
