import { Markup } from './markup.js';

/** How a page looks: readable on a screen, in the dark and on paper. */
export const STYLE = new Markup(`<style>
:root { color-scheme: light dark; --line: #8884; --soft: #8881; }
body { font: 15px/1.5 system-ui, sans-serif; margin: 0; }
header { padding: 1.5rem 2rem; border-bottom: 1px solid var(--line); }
header h1 { margin: 0; } header p { margin: 0; opacity: .7; }
main { padding: 1rem 2rem 4rem; max-width: 75rem; }
h2 { margin-top: 2.5rem; } h2 small { font-weight: normal; opacity: .7; }
table { border-collapse: collapse; margin: .5rem 0 1.5rem; }
th, td { text-align: left; vertical-align: top; padding: .2rem .9rem .2rem 0; border-bottom: 1px solid var(--line); overflow-wrap: anywhere; }
th { font-weight: 600; } td:not(:last-child) { white-space: pre-wrap; }
.facts td:first-child { opacity: .7; white-space: nowrap; }
td, pre { font-variant-numeric: tabular-nums; } pre { overflow-wrap: anywhere; white-space: pre-wrap; }
details { border-bottom: 1px solid var(--line); padding: .2rem 0; } summary { cursor: pointer; } summary:hover { background: var(--soft); }
.changed td { background: #fc03; } input { font: inherit; padding: .2rem .5rem; }
@media print { input { display: none; } header, main { padding: 0; } }
</style>`);

/** Hides the entries of a dump whose names do not hold what is typed. The page says everything without it. */
export const SCRIPT = new Markup(`<script>
for (const input of document.querySelectorAll('.filter')) {
  const entries = input.closest('section').querySelectorAll('details');
  input.addEventListener('input', () => { for (const entry of entries) entry.hidden = !entry.dataset.name.includes(input.value.toLowerCase()); });
}
</script>`);
