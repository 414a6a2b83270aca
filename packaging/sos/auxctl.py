# Collects what auxctl tells of the devices whose firmware it can reach. Goes to sos/report/plugins/.

from sos.report.plugins import IndependentPlugin, Plugin


class Auxctl(Plugin, IndependentPlugin):

    short_desc = 'Device firmware: state, settings that are not as delivered, what was done to it'
    plugin_name = 'auxctl'
    profiles = ('hardware', 'network', 'storage')
    packages = ('auxctl',)
    commands = ('auxctl',)

    def setup(self):
        # Everything here only inspects. What tells devices apart is left out: sos may be passed on.
        self.add_cmd_output([
            'auxctl list --verbose',
            'auxctl doctor',
            'auxctl journal list --last 1000',
            'auxctl journal verify',
            'auxctl baseline list',
            'auxctl policy check',
            'auxctl report --redact',
        ])
        self.add_cmd_output('auxctl report --redact --format json', suggest_filename='auxctl_report.json')
        self.add_copy_spec('/etc/auxctl/policy.yaml')
        self.add_forbidden_path(['/etc/auxctl/journal.key', '/var/lib/auxctl/redact.key'])
