/**
 * What the lab checks: each scenario is one file of checks for Node's test runner, and the devices it wants.
 *
 * @typedef {object} Scenario
 * @property {string} name also the file's name in `checks/`
 * @property {'guest' | 'host'} where in one guest that serves all of its checks, or on the machine itself, for checks that boot guests of their own
 * @property {string} [file] the file of its checks, where that is elsewhere
 * @property {boolean} [systemd] whether the system that is its root is booted by its own systemd
 * @property {readonly string[]} [simulators]
 * @property {readonly string[]} [plugins] folders of plugins that are not built in, from the checkout's top
 * @property {readonly string[]} [devices]
 * @property {readonly string[]} [qemuArguments]
 * @property {VendorTools} [vendorTools] whether its checks run programs that others wrote for the same devices; `nvme-cli` is in a folder of its own
 * @property {number} [timeoutMs]
 */

/** @typedef {true | 'nvme-cli'} VendorTools */

/** @type {readonly Scenario[]} */
export const SCENARIOS = [
  { name: 'runner', where: 'host' },
  { name: 'kernel', where: 'guest', devices: ['nvme,serial=lab', 'e1000e'] },
  { name: 'mlx5', where: 'guest', simulators: ['mlx5:2'] },
  { name: 'cxl', where: 'guest', simulators: ['cxl', 'cxl@forgetful', 'cxl@minimal'], timeoutMs: 900_000 },
  { name: 'pds', where: 'guest', simulators: ['pds', 'pds@faulty'], timeoutMs: 600_000 },
  { name: 'values', where: 'guest', simulators: ['mlx5'] },
  { name: 'dump', where: 'host', timeoutMs: 400_000 },
  { name: 'nvconfig', where: 'guest', simulators: ['mlx5'] },
  { name: 'kernel-api', where: 'guest', simulators: ['mlx5'], vendorTools: true },
  { name: 'drift', where: 'guest', simulators: ['mlx5:2'], timeoutMs: 1_800_000 },
  { name: 'config', where: 'guest', simulators: ['mlx5'], vendorTools: true },
  { name: 'minimal', where: 'guest', simulators: ['mlx5@minimal'] },
  { name: 'security', where: 'guest', simulators: ['mlx5'], devices: ['nvme,serial=lab'] },
  { name: 'watch', where: 'guest', simulators: ['mlx5:2'], timeoutMs: 900_000 },
  { name: 'removal', where: 'guest', simulators: ['mlx5:2'] },
  { name: 'vsc', where: 'guest', simulators: ['mlx5', 'mlx5@minimal'], timeoutMs: 600_000 },
  { name: 'diagnostics', where: 'guest', simulators: ['mlx5'] },
  { name: 'resources', where: 'guest', simulators: ['mlx5'] },
  { name: 'mstflint', where: 'guest', simulators: ['mlx5'], vendorTools: true, timeoutMs: 900_000 },
  { name: 'bnxt', where: 'guest', simulators: ['bnxt', 'bnxt@bcm57508', 'bnxt@bcm57414-old'], timeoutMs: 900_000 },
  { name: 'together', where: 'guest', simulators: ['mlx5', 'cxl', 'bnxt', 'pds', 'acme'], plugins: ['examples/acme'], devices: ['nvme,serial=lab', 'e1000e', 'igb'], timeoutMs: 1_500_000 },
  { name: 'acme', where: 'guest', simulators: ['acme'], plugins: ['examples/acme'], timeoutMs: 900_000 },
  { name: 'acme-iommu', where: 'guest', simulators: ['acme'], plugins: ['examples/acme'], qemuArguments: ['-device', 'intel-iommu,caching-mode=on'], timeoutMs: 900_000 },
  { name: 'pci', where: 'guest', devices: ['pcie-root-port,id=first,chassis=31,slot=31', 'e1000e,bus=first', 'pcie-root-port,id=second,chassis=32,slot=32', 'igb,bus=second', 'edu'], vendorTools: true, timeoutMs: 900_000 },
  {
    name: 'nvme', where: 'guest', vendorTools: 'nvme-cli', timeoutMs: 1_800_000,
    devices: [
      'nvme,serial=lab,drive=first,mdts=5,aerl=2', 'nvme-subsys,id=subsystem,nqn=lab-subsystem,fdp=on,fdp.nruh=4', 'nvme,serial=second,subsys=subsystem,cmb_size_mb=1',
      'nvme-ns,drive=second,nsid=3,uuid=0f5d3c1a-8f6b-4d5e-9c7a-112233445566,eui64=0x0050430000000003,logical_block_size=4096,physical_block_size=4096',
    ],
    qemuArguments: ['first', 'second'].flatMap((name) => ['-blockdev', `driver=null-co,node-name=${name},size=67108864,read-zeroes=on`]),
  },
  { name: 'hang', where: 'guest', simulators: ['mlx5:3'] },
];
