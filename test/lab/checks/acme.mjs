import { checkAnvil } from '../guest/anvil.mjs';

/** Bit 6: a program has asked for the mark; VFIO sets it itself for a function that no IOMMU watches. */
const NO_IOMMU_TAINT = 0x40;

checkAnvil({ nodes: ['noiommu-0'], taint: NO_IOMMU_TAINT });
