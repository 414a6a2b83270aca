// Writes the reference pages that repeat what the code knows.
import { writeGenerated } from '../.ci/generate.mjs';
import { importSource } from '../.ci/source.mjs';

const { CATALOGUE } = await importSource('core/src/errors/catalogue.ts');

const rows = Object.entries(CATALOGUE).map(([code, { layer, exitStatus, meaning, hint }]) => `| \`${code}\` | ${layer} | ${exitStatus} | ${meaning} | ${hint ?? ''} |`);

writeGenerated(new Map([['docs/errors.md', `<!-- Generated from core/src/errors/catalogue.ts by docs/generate.mjs; do not edit. -->

# Errors

Every error has a stable code, and a layer that says where it arose. An errno says that a command was not delivered; a firmware
status is an answer: the two are never merged. With \`--json\` an error is one JSON object on standard error with \`layer\`, \`code\`,
\`message\`, \`device\`, \`command\` and \`hint\`.

| code | layer | exit status | meaning | what to do |
|---|---|---|---|---|
${rows.join('\n')}

Exit statuses: 0 done · 1 internal fault · 2 usage · 3 no such device, or device gone · 4 permission, scope or policy refused ·
5 firmware refused or could not be reached · 6 timed out · 7 differences found.
`]]));
