"""Runs a program on a terminal of its own: pseudo-terminal.py ROWS COLUMNS PROGRAM [ARGUMENT]...

Each line of the standard input is an order: `keys TEXT` types (\\x03 is Ctrl-C), `size ROWS COLUMNS` resizes, `hangup` takes the terminal
away. What the program writes goes to the standard output; its exit status becomes this one's, 128 and the number for a signal.
"""
import fcntl, os, pty, select, struct, sys, termios


def resize(fd, rows, columns):
    fcntl.ioctl(fd, termios.TIOCSWINSZ, struct.pack('HHHH', int(rows), int(columns), 0, 0))


def obey(fd, order):
    word, _, rest = order.partition(' ')
    if word == 'keys':
        os.write(fd, rest.encode().decode('unicode_escape').encode())
    elif word == 'size':
        resize(fd, *rest.split())
    return word != 'hangup'


def main():
    rows, columns, *program = sys.argv[1:]
    pid, fd = pty.fork()
    if pid == 0:
        resize(0, rows, columns)
        os.execvp(program[0], program)
    orders, is_there = b'', True
    inputs = [fd, 0]
    while is_there:
        for ready in select.select(inputs, [], [])[0]:
            try:
                data = os.read(ready, 65536)
            except OSError:
                data = b''
            if ready == fd and not data:
                is_there = False
            elif ready == fd:
                os.write(1, data)
            elif not data:
                inputs.remove(0)
            else:
                *lines, orders = (orders + data).split(b'\n')
                is_there = all(obey(fd, line.decode()) for line in lines)
    os.close(fd)
    status = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    sys.exit(status if status >= 0 else 128 - status)


main()
