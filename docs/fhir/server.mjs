// Sends transaction bundles to a FHIR R4 server over HTTP, sends them again, compares what is there with what was sent, and
// fetches it all back into one bundle for Cobalog to read.
//
//     node docs/fhir/server.mjs https://your.server/fhir/R4 served.json bundle.json...
//
// FHIR_TOKEN    the bearer token, where the server wants one
// FHIR_READER   the one to read with, where who sends sees more than this practice
// FHIR_PROJECT  Medplum alone: the project that all of it is to belong to; who sends is a super admin
// FHIR_BATCH=1  each resource on its own, for a server that takes too few of them in one transaction
//
// Needs Node.js 18 or later and nothing else. Ends with 1 where anything is wrong.

import { readFileSync, writeFileSync } from 'node:fs';

const [base, servedPath, ...paths] = process.argv.slice(2);
if (!paths.length) {
  console.log('node server.mjs BASE SERVED BUNDLE...');
  process.exit(2);
}
const { FHIR_TOKEN: sender, FHIR_READER: reader = sender, FHIR_PROJECT: project, FHIR_BATCH: asBatch } = process.env;
let wrong = 0;
const say = (...words) => ++wrong <= 30 && console.log(...words);

const wait = (seconds) => new Promise((go) => setTimeout(go, 1000 * seconds));

async function ask(url, body) {
  const token = body ? sender : reader;
  const headers = { accept: 'application/fhir+json', 'content-type': 'application/fhir+json' };
  if (token) {
    headers.authorization = `Bearer ${token}`;
  }
  for (let tries = 0; ; tries++) {
    const sent = body ? { method: 'POST', body: JSON.stringify(body) } : {};
    const answer = await fetch(new URL(url, `${base.replace(/\/$/, '')}/`), { ...sent, headers });
    const text = await answer.text();
    const json = text.startsWith('{') ? JSON.parse(text) : undefined;
    // A server that allows so much a minute refuses all of it, or some entries: what is put can be put again.
    const later = answer.status === 429 || json?.entry?.some(({ response }) => response?.status?.startsWith('429'));
    if (!later || tries === 20) {
      return { status: answer.status, text, json };
    }
    await wait(Number(answer.headers.get('retry-after')) || 20);
  }
}

const bundles = paths.map((path) => ({ path, bundle: JSON.parse(readFileSync(path, 'utf8')) }));
const sent = new Map();
for (const { bundle } of bundles) {
  bundle.type = asBatch ? 'batch' : 'transaction';
  for (const { request, resource } of bundle.entry) {
    sent.set(request.url, resource);
    if (project) {
      resource.meta = { ...resource.meta, project };
    }
  }
}
const resources = [...sent.values()];
const types = [...new Set(resources.map(({ resourceType }) => resourceType))].sort();

async function counts() {
  const all = new Map();
  for (const search of [...types.map((type) => `${type}?`), 'MedicationRequest?intent=plan&']) {
    all.set(search.replace(/\W$/, ''), (await ask(`${search}_summary=count`)).json?.total);
  }
  return all;
}

async function send(which) {
  const statuses = {};
  const began = Date.now();
  for (const { path, bundle } of bundles) {
    const { status, text, json } = await ask('', bundle);
    if (json?.resourceType !== 'Bundle') {
      say(`${path}: refused with ${status}`, text.slice(0, 400));
      continue;
    }
    bundle.entry.forEach(({ request }, index) => {
      const response = json.entry?.[index]?.response;
      const code = response?.status?.split(' ')[0] ?? 'no answer';
      statuses[code] = (statuses[code] ?? 0) + 1;
      if (!code.startsWith('2')) {
        say(`${path}: ${request.url} not stored`, JSON.stringify(response).slice(0, 400));
      } else if (which === 'again' && code === '201') {
        say(`${path}: ${request.url} was made a second time`);
      }
    });
  }
  console.log(`sent ${which}: ${JSON.stringify(statuses)}, ${((Date.now() - began) / 1000).toFixed(1)} s`);
}
const before = await counts();
await send('first');
const first = await counts();
await send('again');
const again = await counts();
for (const [search, count] of again) {
  const [type, intent] = search.split('?');
  const ours = resources.filter((resource) => resource.resourceType === type && (!intent || resource.intent === 'plan'));
  console.log(`${search}: sent ${ours.length}, counted ${before.get(search)} before and ${first.get(search)} after`);
  if (!(first.get(search) >= ours.length && first.get(search) - before.get(search) <= ours.length)) {
    say(`${search}: that is not what was sent`);
  }
  if (count !== first.get(search)) {
    say(`${search}: counted ${count} when it was sent again`);
  }
}

const entry = [];
for (const type of types) {
  const found = new Map();
  for (let next = `${type}?_count=100&_sort=_lastUpdated`; next; ) {
    const { status, json: page, text } = await ask(next);
    if (page?.resourceType !== 'Bundle') {
      say(`${type}: no page, ${status}`, text.slice(0, 400));
      break;
    }
    page.entry?.forEach(({ resource }) => found.set(resource.id, resource));
    next = page.link?.find(({ relation }) => relation === 'next')?.url;
  }
  const missing = resources.filter(({ resourceType, id }) => resourceType === type && !found.has(id));
  if (missing.length) {
    say(`${type}: ${missing.length} do not come back, as ${missing[0].id}`);
  }
  found.forEach((resource, id) => entry.push({ fullUrl: `${base}/${type}/${id}`, resource }));
}
writeFileSync(servedPath, JSON.stringify({ resourceType: 'Bundle', type: 'collection', entry }), { mode: 0o600 });
console.log(`${entry.length} resources in ${servedPath}, ${wrong} errors`);
process.exit(wrong ? 1 : 0);
