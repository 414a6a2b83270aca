/** The kernel's driver that hands a PCI function to a program. */
export const VFIO_DRIVER = 'vfio-pci';
