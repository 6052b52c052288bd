"""`make drill`: a site is lost under load, and comes back (`bench/losing.py`)."""

from bench.site import site


def main() -> None:
    with site(archives=True) as lost:
        # Models can be imported only now.
        from bench import losing

        losing.run(lost)


if __name__ == "__main__":
    main()
