import { checkAnvil } from '../guest/anvil.mjs';

checkAnvil({ nodes: ['devices'], taint: 0 });
