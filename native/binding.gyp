{
  'variables': {
    'sanitize%': 0,
    'strict%': 1,
    'warnings': ['-Wall', '-Wextra', '-Wpedantic', '-Wshadow', '-Wconversion'],
  },
  'targets': [
    {
      'target_name': 'auxctl',
      'sources': [
        'src/addon.cc',
        'src/arguments.cc',
        'src/channel.cc',
        'src/completion_port.cc',
        'src/descriptor.cc',
        'src/environment.cc',
        'src/mapping.cc',
        'src/netlink.cc',
        'src/poller.cc',
        'src/program.cc',
        'src/region.cc',
        'src/system.cc',
        'src/unix_socket.cc',
        'src/worker.cc',
        'src/worker_launch.cc',
      ],
      'defines': ['NAPI_VERSION=8', 'NAPI_DISABLE_CPP_EXCEPTIONS', 'NODE_ADDON_API_DISABLE_DEPRECATED', '_FILE_OFFSET_BITS=64'],
      'cflags': ['<@(warnings)', '-fvisibility=hidden'],
      'cflags_cc': ['-std=c++17', '-isystem', '<!(node -p "require(\'path\').dirname(require.resolve(\'node-addon-api\'))")', '-isystem', '<(node_root_dir)/include/node'],
      'ldflags': ['-Wl,-z,nodelete', '-Wl,-z,now', '-Wl,-z,relro'],
      'conditions': [
        ['strict==1', { 'cflags': ['-Werror'] }],
        ['sanitize==1', {
          'cflags': ['-fsanitize=address,undefined', '-fno-sanitize-recover=undefined', '-fno-omit-frame-pointer', '-g', '-O1'],
          'ldflags': ['-fsanitize=address,undefined'],
        }],
      ],
      # What it waits for are system calls: small counts for more than quick. Node's own -O3 would inline its wrappers 500 times over.
      'configurations': { 'Release': { 'cflags!': ['-O3'], 'conditions': [['sanitize==0', { 'cflags': ['-Os'] }]] } },
    },
  ],
}
