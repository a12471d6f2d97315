// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/views/frameddialog.h"

namespace bartizan {

/// F1: every key of the console, by page. Thread: GUI.
class KeysDialog : public FramedDialog {
    Q_OBJECT
public:
    explicit KeysDialog(QWidget *parent = nullptr);
};

} // namespace bartizan
