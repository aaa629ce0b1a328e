-- the mean number of areas in the draws lies between the bounds set by the published figures of other years.
SELECT quantity, lowest, value, highest FROM model_calibration WHERE NOT coalesce(value BETWEEN lowest AND highest, false)
