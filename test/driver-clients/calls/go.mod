module driver-clients.test/calls

go 1.16
